/**
 * Contents as pieces whose borders depend on the bytes near them, so that two versions of a file
 * share most of them: {@link io.directord.common.pieces.PieceReader} cuts a content, and {@link
 * io.directord.common.pieces.PieceList} is what a server tells a node of it. Both ends must cut in
 * the same way.
 */
package io.directord.common.pieces;
