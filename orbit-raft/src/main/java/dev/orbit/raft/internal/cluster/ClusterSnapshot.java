package dev.orbit.raft.internal.cluster;

import dev.orbit.api.address.NodeId;
import dev.orbit.api.cluster.ClusterView;
import dev.orbit.api.error.ProtocolException;
import dev.orbit.proto.cluster.ClientProto;
import dev.orbit.proto.cluster.ClusterSnapshotProto;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form in which the state is written down: a magic number, the version of the form, length and
 * checksum of the rest, the rest in protobuf. Equal states have equal bytes; a snapshot that lost
 * or changed a bit is not read.
 */
final class ClusterSnapshot {
  private static final int MAGIC = 0x4f524254;
  private static final int FORM = 1;
  private static final int MAX_BYTES = 512 * 1024 * 1024;

  private ClusterSnapshot() {}

  static void write(ClusterState state, OutputStream out) throws IOException {
    byte[] body = ClusterCodec.bytes(proto(state));
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(MAGIC);
    data.writeInt(FORM);
    data.writeInt(body.length);
    data.writeLong(checksum(body));
    data.write(body);
    data.flush();
  }

  static ClusterState read(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    if (data.readInt() != MAGIC) {
      throw new IOException("this is no snapshot of a cluster's state");
    }
    int form = data.readInt();
    if (form != FORM) {
      throw new IOException(
          "the snapshot has form %d, this version of Orbit reads form %d".formatted(form, FORM));
    }
    int length = data.readInt();
    long checksum = data.readLong();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("the snapshot says that it has %d bytes".formatted(length));
    }
    byte[] body = data.readNBytes(length);
    if (body.length != length || checksum(body) != checksum) {
      throw new IOException(
          "the snapshot is damaged: %d of %d bytes, or a wrong checksum"
              .formatted(body.length, length));
    }
    try {
      return state(ClusterSnapshotProto.parseFrom(body));
    } catch (ProtocolException e) {
      throw new IOException("the snapshot is not readable", e);
    }
  }

  private static long checksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return crc.getValue();
  }

  private static ClusterSnapshotProto proto(ClusterState state) {
    ClusterSnapshotProto.Builder proto =
        ClusterSnapshotProto.newBuilder()
            .setLastApplied(state.lastApplied())
            .setView(ViewCodec.proto(state.view()))
            .addAllLastRenewals(state.lastRenewals().values());
    state.settings().ifPresent(settings -> proto.setSettings(ClusterCodec.proto(settings)));
    for (ClusterState.Remembered last : state.clients()) {
      proto.addClients(
          ClientProto.newBuilder()
              .setClient(last.client())
              .setSequence(last.sequence())
              .setAnswer(ClusterCodec.proto(last.answer())));
    }
    return proto.build();
  }

  private static ClusterState state(ClusterSnapshotProto proto) throws IOException {
    ClusterView view = ViewCodec.view(proto.getView());
    if (view.members().size() != proto.getLastRenewalsCount()) {
      throw new IOException(
          "the snapshot has %d members and %d renewals"
              .formatted(view.members().size(), proto.getLastRenewalsCount()));
    }
    TreeMap<NodeId, Long> lastRenewals = new TreeMap<>();
    for (int i = 0; i < view.members().size(); i++) {
      lastRenewals.put(view.members().get(i).id().node(), proto.getLastRenewals(i));
    }
    List<ClusterState.Remembered> clients = new ArrayList<>();
    for (ClientProto client : proto.getClientsList()) {
      clients.add(
          new ClusterState.Remembered(
              client.getClient(), client.getSequence(), ClusterCodec.answer(client.getAnswer())));
    }
    @Nullable ClusterSettings settings =
        proto.hasSettings() ? ClusterCodec.settings(proto.getSettings()) : null;
    return new ClusterState(proto.getLastApplied(), settings, view, lastRenewals, clients);
  }
}
