/**
 * One class of JeroMQ, with the same name and signatures and another inside, see {@link
 * zmq.poll.Poller}. It comes before JeroMQ's on every class path of ours, and the distribution has
 * no other.
 */
package zmq.poll;
