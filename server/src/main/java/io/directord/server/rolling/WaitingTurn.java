package io.directord.server.rolling;

/**
 * Where a node stands that waits for its turn.
 *
 * @param place in the queue of those that may begin, from 1; 0 if it is not in it, since an earlier
 *     parent has not ended there
 * @param queue length of the queue
 * @param size how many nodes may run it at a time; {@link Integer#MAX_VALUE} for no limit
 * @param taking names of those that have these places now
 * @param pause for how long the next place is kept after its node has finished; null if for none
 */
public record WaitingTurn(int place, int queue, int size, String taking, String pause) {}
