/**
 * One class of JeroMQ, with the same name and another inside, see {@link
 * zmq.io.coder.v2.V2Decoder}. It comes before JeroMQ's on every class path of ours, and the
 * distribution has no other.
 */
package zmq.io.coder.v2;
