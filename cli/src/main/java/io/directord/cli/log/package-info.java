/** The log of the modes that stay, server and client; other modes never load these classes. */
package io.directord.cli.log;
