/**
 * HTTP over Unix sockets: {@link io.directord.common.http.HttpCall} is one request and its reply,
 * with this server or with another program that listens at a socket.
 */
package io.directord.common.http;
