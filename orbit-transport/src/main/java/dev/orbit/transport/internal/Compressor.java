package dev.orbit.transport.internal;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.orbit.proto.wire.DeflatedProto;
import dev.orbit.transport.CompressionConfig;
import dev.orbit.transport.CompressionConfig.Algorithm;
import dev.orbit.transport.internal.compression.FrameCodec;
import dev.orbit.transport.internal.compression.FrameCodecs;
import dev.orbit.transport.internal.compression.Kinds;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Deflates frames on their way out of a loop where it pays, and inflates those that come in. One
 * for a loop; its buffers serve all of the loop's streams, because a frame is written and read
 * before the next one is begun.
 */
final class Compressor implements AutoCloseable {
  /** With what a deflated frame begins, and no other. */
  static final int FIRST_BYTE =
      DeflatedProto.ENCODING_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;

  private static final int INFLATED =
      DeflatedProto.INFLATED_BYTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int DATA =
      DeflatedProto.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** A buffer that has once been larger is not kept. */
  private static final int MOST_KEPT = 1 << 20;

  private static final byte[] NOTHING = {};

  /** What a frame was inflated to; valid until the next one. */
  record Inflated(byte[] bytes, int length) {}

  private final CompressionConfig config;
  private final Counters counters;
  private final LongSupplier clock;
  private final FrameCodecs codecs;
  private final Kinds kinds = new Kinds();
  private byte[] plain = NOTHING;
  private byte[] packed = NOTHING;

  /** Not the one of deflating: who reads a frame may answer at once. */
  private byte[] inflated = NOTHING;

  Compressor(CompressionConfig config, Counters counters, LongSupplier clock) {
    this.config = config;
    this.counters = counters;
    this.clock = clock;
    this.codecs = new FrameCodecs(config);
  }

  /** Deflates the frame, if it is worth it. */
  void deflate(OutFrame frame, Algorithm algorithm) {
    if (algorithm == Algorithm.NONE) {
      return;
    }
    int size = frame.size();
    if (size < config.minBytes()) {
      return;
    }
    if (!kinds.isWorthTrying(frame.kind())) {
      counters.framesSkipped.increment();
      return;
    }
    FrameCodec codec = codecs.of(algorithm.number());
    if (codec == null) {
      return;
    }
    long began = clock.getAsLong();
    byte[] from = room(plain, size);
    byte[] to = room(packed, codec.most(size));
    int length;
    try {
      frame.copyTo(from);
      length = codec.deflate(from, size, to);
    } catch (IOException e) {
      throw new IllegalStateException("a frame of %d bytes cannot be deflated".formatted(size), e);
    }
    boolean shrank = length <= size * config.maxRatio();
    kinds.tried(frame.kind(), shrank);
    if (shrank) {
      frame.deflated(algorithm.number(), to, length);
      counters.framesDeflated.increment();
      counters.deflatedFrom.add(size);
      counters.deflatedTo.add(length);
    } else {
      counters.framesUseless.increment();
    }
    plain = kept(from);
    packed = kept(to);
    counters.deflateNanos.add(clock.getAsLong() - began);
  }

  private static byte[] room(byte[] buffer, int bytes) {
    return buffer.length >= bytes ? buffer : new byte[bytes];
  }

  private static byte[] kept(byte[] buffer) {
    return buffer.length <= MOST_KEPT ? buffer : NOTHING;
  }

  /**
   * Inflates a frame.
   *
   * @throws Loop.BadFrame if it is damaged, or would be larger than {@code maxBytes}
   */
  Inflated inflate(byte[] frame, int length, int maxBytes) throws Loop.BadFrame {
    long began = clock.getAsLong();
    int encoding = 0;
    long size = 0;
    int at = 0;
    int bytes = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(frame, 0, length);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case FIRST_BYTE -> encoding = in.readUInt32();
          case INFLATED -> size = Integer.toUnsignedLong(in.readUInt32());
          case DATA -> {
            bytes = in.readRawVarint32();
            at = in.getTotalBytesRead();
            in.skipRawBytes(bytes);
          }
          default -> {
            if (!in.skipField(tag)) {
              throw new IOException("a group ends that did not begin");
            }
          }
        }
      }
      if (size > maxBytes) {
        throw new Loop.BadFrame("a message of %d bytes, deflated".formatted(size), true);
      }
      FrameCodec codec = codecs.of(encoding);
      if (codec == null) {
        throw new Loop.BadFrame("a frame of unknown encoding %d".formatted(encoding), false);
      }
      if (size > codec.mostInflated(bytes)) {
        // Nothing is made for it: a frame of few bytes could have much memory made otherwise.
        throw new Loop.BadFrame(
            "a deflated frame of %d bytes that promises %d, more than they can hold"
                .formatted(bytes, size),
            false);
      }
      byte[] to = room(inflated, (int) size);
      codec.inflate(frame, at, bytes, to, (int) size);
      inflated = kept(to);
      counters.framesInflated.increment();
      counters.inflatedFrom.add(length);
      counters.inflatedTo.add(size);
      counters.inflateNanos.add(clock.getAsLong() - began);
      return new Inflated(to, (int) size);
    } catch (IOException e) {
      throw new Loop.BadFrame("a deflated frame that is damaged: " + e.getMessage(), false);
    }
  }

  @Override
  public void close() {
    codecs.close();
  }
}
