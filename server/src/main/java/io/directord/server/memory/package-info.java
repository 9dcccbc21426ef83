/**
 * How the heap is divided among the data in flight. Start at {@link
 * io.directord.server.memory.MemoryBudget}; every part of the server may use it.
 */
package io.directord.server.memory;
