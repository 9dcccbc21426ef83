/** JeroMQ's listener for TCP connections, with a class of ours in its place. */
package zmq.io.net.tcp;
