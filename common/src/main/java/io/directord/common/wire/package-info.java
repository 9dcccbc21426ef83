/**
 * What server and nodes say to each other, and how it looks in ZeroMQ frames. Start with {@link
 * io.directord.common.wire.NodeMessage} and {@link io.directord.common.wire.ServerMessage}; {@link
 * io.directord.common.wire.WireCodec} turns both into frames and back. The frames are the
 * original's (seven, see {@link io.directord.common.wire.Frames}).
 */
package io.directord.common.wire;
