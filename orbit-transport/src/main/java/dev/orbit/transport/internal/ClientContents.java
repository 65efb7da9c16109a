package dev.orbit.transport.internal;

import dev.orbit.proto.Content;

/** What ends that are no nodes may say. */
final class ClientContents {
  private ClientContents() {}

  /** What is not only said among nodes. */
  static boolean maySend(Content content) {
    return switch (content) {
      case Content.EntriesRequest _,
          Content.DirectoryRequest _,
          Content.LocationHint _,
          Content.WaitProbe _,
          Content.Credit _ ->
          false;
      case Content.Hello _,
          Content.InvocationRequest _,
          Content.GroupRequest _,
          Content.InfoRequest _,
          Content.LeaseRequest _,
          Content.Cancel _,
          Content.Chunk _,
          Content.Transfer _,
          Content.Goodbye _,
          Content.Batch _,
          Content.InvocationResponse _,
          Content.InvocationError _,
          Content.Failure _,
          Content.InfoResponse _,
          Content.EntriesResponse _,
          Content.EntriesRefused _,
          Content.DirectoryResponse _,
          Content.LeaseResponse _,
          Content.GroupResponse _ ->
          true;
    };
  }
}
