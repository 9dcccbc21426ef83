/**
 * Files that nodes bring: {@link io.directord.common.fetch.FetchRequest} says which, and they
 * travel as an archive, which {@link io.directord.common.fetch.ArchiveWriter} makes on the node, of
 * which {@link io.directord.common.fetch.ArchiveCheck} tells the server what has come whole, and
 * which {@link io.directord.common.fetch.FetchedFiles} puts in place where the operator stands.
 */
package io.directord.common.fetch;
