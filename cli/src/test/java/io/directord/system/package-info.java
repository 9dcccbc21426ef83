/**
 * The product under attack: real processes are killed, cut off, flooded and starved, and nothing
 * that was acknowledged may be lost, nothing may run twice. {@link io.directord.system.Ledger} is
 * how that is seen.
 */
package io.directord.system;
