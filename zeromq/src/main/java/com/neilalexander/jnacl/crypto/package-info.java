/**
 * The two classes of the jnacl library that JeroMQ calls, with the same names and signatures and
 * Bouncy Castle behind them, see {@link io.directord.zeromq.CryptoBox}. The build leaves jnacl
 * itself out.
 */
package com.neilalexander.jnacl.crypto;
