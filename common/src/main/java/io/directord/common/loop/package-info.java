/**
 * The threads that run for as long as a server or a client does. Start with {@link
 * io.directord.common.loop.LoopThread}.
 */
package io.directord.common.loop;
