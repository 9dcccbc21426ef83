/**
 * The messages between server and nodes, and their encoding in ZeroMQ frames. Start with {@link
 * io.directord.common.wire.NodeMessage} and {@link io.directord.common.wire.ServerMessage}; {@link
 * io.directord.common.wire.WireCodec} turns both into fields and back. The fields are the
 * original's seven frames (see {@link io.directord.common.wire.Frames}), packed.
 */
package io.directord.common.wire;
