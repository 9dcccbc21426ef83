/**
 * Time as the server decides by it: {@link io.directord.server.time.Attention}. Wall clocks are for
 * people and for what is kept for days; they may be set at any moment.
 */
package io.directord.server.time;
