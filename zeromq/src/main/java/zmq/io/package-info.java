/**
 * One class of JeroMQ, with the same name and signatures and more inside, see {@link
 * zmq.io.HelloMsgSession}. It comes before JeroMQ's on every class path of ours, and the
 * distribution has no other.
 */
package zmq.io;
