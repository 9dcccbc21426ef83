/**
 * Files that nodes bring: {@link io.directord.common.fetch.FetchRequest} says which, and they
 * travel as an archive, which {@link io.directord.common.fetch.ArchiveWriter} makes on the node and
 * {@link io.directord.common.fetch.ArchiveReader} checks where the operator stands.
 */
package io.directord.common.fetch;
