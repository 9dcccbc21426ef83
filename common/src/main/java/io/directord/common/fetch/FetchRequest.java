package io.directord.common.fetch;

import java.util.List;

/**
 * Which files a node brings.
 *
 * @param paths absolute, or patterns of {@code *}, {@code ?} and {@code [ ]}; directories with all
 *     that is in them
 * @param maxBytes of all files together
 * @param tailBytes only the end of each file, so many bytes; 0 for all of it
 */
public record FetchRequest(List<String> paths, long maxBytes, long tailBytes) {}
