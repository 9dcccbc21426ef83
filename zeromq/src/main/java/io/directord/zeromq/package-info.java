/**
 * Bounds what peers may make a ZeroMQ socket hold: frames and bytes of a message, and messages that
 * nobody has read yet. Start with {@link io.directord.zeromq.Inbound}; {@link
 * zmq.io.HelloMsgSession} asks it about every frame. Tells senders, too, when a frame of theirs was
 * written.
 */
package io.directord.zeromq;
