package dev.orbit.runtime.internal.audit;

import dev.orbit.api.cluster.MemberId;
import dev.orbit.proto.Content;
import dev.orbit.runtime.internal.directory.Courier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Gets what one member knows of some partitions, chunk by chunk. Thread-safe. */
final class Asking implements Courier.Question {
  private final Courier courier;
  private final MemberId member;
  private final long viewVersion;
  private final Content.EntriesRequest first;
  private final CompletableFuture<Optional<Inventory>> told = new CompletableFuture<>();
  private final List<Content.Entry> entries = new ArrayList<>();
  private int chunk;

  Asking(Courier courier, MemberId member, long viewVersion, Content.EntriesRequest first) {
    this.courier = courier;
    this.member = member;
    this.viewVersion = viewVersion;
    this.first = first;
  }

  MemberId member() {
    return member;
  }

  /** Completes with what it said, or with nothing if it did not, or was given up. */
  CompletableFuture<Optional<Inventory>> told() {
    return told;
  }

  void ask() {
    courier.ask(member, viewVersion, request(chunk), this);
  }

  private Content.EntriesRequest request(int number) {
    return new Content.EntriesRequest(
        first.kind(), first.partitions(), first.asker(), first.transfer(), number);
  }

  @Override
  public void answered(Content answer) {
    if (told.isDone()) {
      return;
    }
    if (!(answer instanceof Content.EntriesResponse response)) {
      told.complete(Optional.empty());
      return;
    }
    synchronized (this) {
      entries.addAll(response.entries());
      chunk++;
    }
    if (response.last()) {
      told.complete(Optional.of(Inventory.of(member, entries, response.unavailable())));
      courier.ask(member, viewVersion, request(Content.EntriesRequest.RECEIVED), Ignored.ANSWER);
    } else {
      ask();
    }
  }

  @Override
  public void failed() {
    told.complete(Optional.empty());
  }

  /** Of a question whose answer says nothing: the member forgets by itself what it had ready. */
  private enum Ignored implements Courier.Question {
    ANSWER;

    @Override
    public void answered(Content answer) {}

    @Override
    public void failed() {}
  }
}
