package io.directord.server.dispatch;

/** A list of results that are read on access, and of which the nodes are known before. */
public interface ResultsByNode {

  /** The node of the result at that index, without reading it. */
  String node(int at);
}
