// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lane} from "../libraries/Lane.sol";
import {Merkle} from "../libraries/Merkle.sol";

/// @title  Measures calls without transactions, and reads padding as the game does
/// @notice For the replay of steps and the calibration of the gas certificate; no part of the protocol.
contract StepProbe {
    error StepProbe_WrongPath(bytes32 word);

    /// @notice Calls `target` with `data`.
    /// @return ok     whether it did not revert
    /// @return answer what came back
    /// @return gas_   of the call: that of its execution, and the same overhead for each
    function measure(address target, bytes memory data) external view returns (bool ok, bytes memory answer, uint256 gas_) {
        // No memory grows between the two looks at the gas.
        assembly ("memory-safe") {
            let before := gas()
            ok := staticcall(gas(), target, add(data, 32), mload(data), 0, 0)
            gas_ := sub(before, gas())
            answer := mload(0x40)
            mstore(answer, returndatasize())
            returndatacopy(add(answer, 32), 0, returndatasize())
            mstore(0x40, add(answer, and(add(returndatasize(), 63), not(31))))
        }
    }

    /// @notice Lane `lane` of a word of the tensor tree under `root`, as `descendTensor` reads it to see whether padding is zero.
    function lane(bytes32 root, bytes32 word, uint256 index, bytes32[] calldata siblings, uint256 place, uint256 size)
        external
        view
        returns (uint32)
    {
        if (Merkle.rootOf(word, index, siblings) != root) revert StepProbe_WrongPath(word);
        return Lane.read(word, place, size);
    }
}
