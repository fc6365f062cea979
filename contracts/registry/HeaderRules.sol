// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry, Model} from "../interfaces/IModelRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Header} from "../libraries/Header.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {LibMeta, Meta} from "../types/Meta.sol";

/// @title What a program's header must satisfy to be registered, SPEC section 3
abstract contract HeaderRules is IModelRegistry {
    using Header for bytes;

    uint256 internal constant MAX_PORTS = 16;
    uint256 internal constant MAX_KERNELS = 65536;
    uint256 internal constant MAX_CLAIMS = 64;

    /// @dev Checks counts and the exact length; the leaves settle the rest.
    function _parse(bytes memory header, bytes32 bufferRoot) internal view returns (Model memory record) {
        if (header.field(Header.VERSION) != 1) revert ModelRegistry_BadHeader(Header.VERSION);
        if (header.field(Header.ITERATIONS) != 1) revert ModelRegistry_BadHeader(Header.ITERATIONS);
        uint256 inputs = header.field(Header.INPUTS);
        if (inputs == 0 || inputs > MAX_PORTS) revert ModelRegistry_BadHeader(Header.INPUTS);
        uint256 constants = header.field(Header.CONSTANTS);
        if (constants > MAX_KERNELS) revert ModelRegistry_BadHeader(Header.CONSTANTS);
        uint256 kernels = header.field(Header.KERNELS);
        if (kernels == 0 || kernels > MAX_KERNELS) revert ModelRegistry_BadHeader(Header.KERNELS);
        uint256 outputs = header.field(Header.OUTPUTS);
        if (outputs == 0 || outputs > MAX_PORTS) revert ModelRegistry_BadHeader(Header.OUTPUTS);
        uint256 claims = header.field(header.claimCount());
        if (claims > MAX_CLAIMS || header.length != 4 * (header.claimCount() + 1 + claims)) {
            revert ModelRegistry_BadHeader(header.claimCount());
        }
        record = Model({
            bufferRoot: bufferRoot,
            author: msg.sender,
            registeredAt: uint40(block.timestamp),
            inputs: uint32(inputs),
            constants: uint32(constants),
            kernels: uint32(kernels),
            outputs: uint32(outputs)
        });
    }

    /// @dev Proves the leaf of every buffer that the header speaks of and compares the two.
    function _checkLeaves(bytes memory header, Model memory record, BufferProof[] calldata proofs) internal view {
        uint256 claims = header.field(header.claimCount());
        uint256 expected = uint256(record.inputs) + record.outputs + claims;
        if (proofs.length != expected) revert ModelRegistry_ProofCount(expected, proofs.length);
        uint256 next = 0;
        for (uint256 i = 0; i < record.inputs; ++i) {
            Meta meta = _prove(record, i, proofs[next++]);
            uint256 offset = Header.FIRST_INPUT + 2 * i;
            if (
                meta.kind() != LibMeta.INPUT || meta.storeType() > 4 || meta.storeType() != header.field(offset) || meta.count() == 0
                    || meta.count() >= 1 << 31 || meta.count() != header.field(offset + 1)
            ) {
                revert ModelRegistry_LeafContradictsHeader(i);
            }
        }
        uint256 firstKernel = uint256(record.inputs) + record.constants;
        uint256 seen = 0;
        for (uint256 i = 0; i < record.outputs; ++i) {
            uint256 offset = header.firstOutput() + 3 * i;
            Meta meta = _proveCommitted(record, header.field(offset), proofs[next++]);
            if (meta.storeType() != header.field(offset + 1) || meta.count() != header.field(offset + 2)) {
                revert ModelRegistry_LeafContradictsHeader(firstKernel + header.field(offset));
            }
            for (uint256 j = 0; j < i; ++j) {
                if (header.field(header.firstOutput() + 3 * j) == header.field(offset)) revert ModelRegistry_BadHeader(offset);
            }
        }
        for (uint256 i = 0; i < claims; ++i) {
            uint256 offset = header.claimCount() + 1 + i;
            uint256 kernel = header.field(offset);
            // INVARIANT: strictly ascending, so that drawn leaves are distinct.
            if (i > 0 && kernel < seen) revert ModelRegistry_BadHeader(offset);
            seen = kernel + 1;
            _proveCommitted(record, kernel, proofs[next++]);
            for (uint256 j = 0; j < record.outputs; ++j) {
                if (header.field(header.firstOutput() + 3 * j) == kernel) revert ModelRegistry_BadHeader(offset);
            }
        }
    }

    function _proveCommitted(Model memory record, uint256 kernel, BufferProof calldata proof) private view returns (Meta meta) {
        uint256 buffer = uint256(record.inputs) + record.constants + kernel;
        if (kernel >= record.kernels) revert ModelRegistry_LeafContradictsHeader(buffer);
        meta = _prove(record, buffer, proof);
        if (meta.kind() != LibMeta.KERNEL || !meta.committed() || meta.storeType() > 3 || meta.count() == 0) {
            revert ModelRegistry_LeafContradictsHeader(buffer);
        }
    }

    function _prove(Model memory record, uint256 buffer, BufferProof calldata proof) private view returns (Meta) {
        uint256 buffers = uint256(record.inputs) + record.constants + record.kernels;
        bytes32 leaf = Merkle.bufferLeaf(proof.meta, proof.body);
        if (!Merkle.contains(record.bufferRoot, buffers, buffer, leaf, proof.siblings)) {
            revert ModelRegistry_LeafContradictsHeader(buffer);
        }
        return Meta.wrap(proof.meta);
    }
}
