package io.directord.server.store;

import io.directord.server.rolling.RolloutProgress;
import java.util.List;
import java.util.UUID;

/**
 * A parent that begins node by node and has not ended.
 *
 * @param nodes in the order in which they begin
 * @param progress null if it was lost by damage
 */
public record StoredRun(UUID parent, List<String> nodes, RolloutProgress progress) {}
