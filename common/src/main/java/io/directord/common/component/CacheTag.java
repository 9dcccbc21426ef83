package io.directord.common.component;

/** Parts of a node's cache that can be dropped separately. */
public enum CacheTag {
  /** Fingerprints that count as done. */
  JOBS,
  /** Parents that have failed, whose later jobs are omitted. */
  PARENTS,
  /** Arguments, those of queries too. */
  ARGS,
  /** Environment variables. */
  ENVS,
  /** What queries have brought. */
  QUERY,
  /** All of these. */
  ALL;

  /** The argument that holds what queries have brought. */
  public static final String QUERY_ARG = "query";
}
