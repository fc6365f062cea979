// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "./Bytes.sol";
import {CodeRules} from "./CodeRules.sol";
import {Descriptor} from "./DescriptorRules.sol";
import {LoadFacts} from "./LoadRules.sol";
import {LOOKUP_WORK} from "./Rule.sol";

/// @title What the dearest step of a kernel may do in all; twin of models/ir/lookups.ts and the end of models/ir/validate-kernel.ts
library StepRules {
    using Bytes for bytes;

    /// @notice Code, openings and indices of the dearest step of a kernel whose code is valid.
    function work(bytes calldata data, Descriptor memory descriptor) internal pure returns (uint256) {
        LoadFacts[] memory loads = descriptor.loads;
        uint256 lookups = _lookups(data[descriptor.term:descriptor.termEnd], loads) * descriptor.blockTerms;
        lookups += _lookups(data[descriptor.result:descriptor.resultEnd], loads);
        return descriptor.work + descriptor.openings + LOOKUP_WORK * lookups;
    }

    /// @dev Indexed axes of the loads that code asks for, each as often as it does.
    function _lookups(bytes calldata code, LoadFacts[] memory loads) private pure returns (uint256 lookups) {
        uint256 cursor;
        while (cursor < code.length) {
            uint256 opcode = code.u8(cursor);
            if (opcode <= 0x01) lookups += loads[code.u8(cursor + 1)].lookups;
            cursor += 1 + CodeRules.immediateSize(opcode);
        }
    }
}
