/**
 * The messages between server and nodes, and their encoding in ZeroMQ frames. Start with {@link
 * io.directord.common.wire.NodeMessage} and {@link io.directord.common.wire.ServerMessage}; each
 * has a codec that turns them into fields and back. The fields are the original's seven frames (see
 * {@link io.directord.common.wire.Frames}), packed.
 */
package io.directord.common.wire;
