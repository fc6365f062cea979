// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Demand, Place, PlaceProof} from "../interfaces/IAttestations.sol";
import {Model} from "../interfaces/IModelRegistry.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {LibMeta, Meta} from "../types/Meta.sol";

/// @title Which places of a program a demand asks for, and whether they are shown; SPEC section 11
library Places {
    /// @notice A demand for places all over the program.
    uint32 internal constant ANY_BUFFER = type(uint32).max;

    uint256 private constant PLACES = 4;

    /// @notice What a seed asks for: places all over; or two words of one constant, or one kernel, and then places all over.
    /// @dev    One demand at a time is pending. Were a named buffer all that it asks for, who keeps the others back could demand that one of
    ///         itself for ever, and nobody else would get to ask.
    function drawn(Demand memory d, Model memory m) internal pure returns (Place[] memory places) {
        uint256 named = d.buffer == ANY_BUFFER ? 0 : d.buffer < uint256(m.inputs) + m.constants ? 2 : 1;
        places = new Place[](PLACES);
        for (uint256 i = 0; i < PLACES; ++i) {
            uint256 index = uint256(keccak256(abi.encode(d.seed, 2 * i))) % (uint256(m.constants) + m.kernels);
            places[i] = Place({
                buffer: i < named ? d.buffer : uint32(m.inputs + index),
                draw: uint256(keccak256(abi.encode(d.seed, 2 * i + 1)))
            });
        }
    }

    /// @notice Whether the leaf is the program's, and what stands behind it is shown: a kernel's descriptor, or the drawn word of a constant.
    function opens(Model memory m, Place memory place, PlaceProof calldata shown) internal view returns (bool) {
        uint256 firstKernel = uint256(m.inputs) + m.constants;
        bytes32 leaf = Merkle.bufferLeaf(shown.proof.meta, shown.proof.body);
        if (!Merkle.contains(m.bufferRoot, firstKernel + m.kernels, place.buffer, leaf, shown.proof.siblings)) return false;
        if (place.buffer >= firstKernel) return sha256(shown.descriptor) == shown.proof.body;
        Meta meta = Meta.wrap(shown.proof.meta);
        if (meta.kind() != LibMeta.CONSTANT || meta.count() == 0) return false;
        uint256 words = (meta.count() * meta.elementSize() + 31) / 32;
        return Merkle.contains(shown.proof.body, words, place.draw % words, shown.word, shown.siblings);
    }
}
