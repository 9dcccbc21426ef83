/** The log of the server and client modes; other modes never load these classes. */
package io.directord.cli.log;
