// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Alu} from "./Alu.sol";
import {Expression, Machine} from "./Expression.sol";
import {IndexMap} from "./IndexMap.sol";
import {Kernel} from "./KernelDecoder.sol";
import {Product} from "./Product.sol";
import {Walk} from "./Walk.sol";

/// @title Blocks of a fold, SPEC section 4
library Fold {
    uint256 private constant ADD = 0x10;

    function terms(Kernel memory kernel) internal pure returns (uint256 count) {
        unchecked {
            if (kernel.reduceOp == 0) return 0;
            count = 1;
            for (uint256 v = kernel.outputRank; v < kernel.extents.length; ++v) {
                count *= kernel.extents[v];
            }
        }
    }

    function blocks(Kernel memory kernel) internal pure returns (uint256) {
        unchecked {
            return kernel.reduceOp == 0 ? 0 : (terms(kernel) + kernel.block - 1) / kernel.block;
        }
    }

    /// @notice The value where a fold begins: +0, 1, the least or the greatest.
    function identity(Kernel memory kernel) internal pure returns (uint256) {
        bool isInt = kernel.foldType == 1;
        if (kernel.reduceOp == 1) return 0;
        if (kernel.reduceOp == 2) return isInt ? 1 : 0x3f800000;
        if (kernel.reduceOp == 3) return isInt ? 0x80000000 : 0xff800000;
        return isInt ? 0x7fffffff : 0x7f800000;
    }

    function combine(Kernel memory kernel, uint256 total, uint256 value) internal pure returns (uint256) {
        return Alu.binary(_opcode(kernel), total, value);
    }

    /// @notice Folds `count` terms from the walk's current one on.
    function blockValue(Kernel memory kernel, Machine memory machine, uint256 count) internal pure returns (uint256 value) {
        uint256 opcode = _opcode(kernel);
        uint256[] memory extents = kernel.extents;
        bytes memory term = kernel.term;
        Walk memory walk = machine.walk;
        if (opcode == ADD && _isProduct(term)) return Product.sum(machine, extents, uint8(term[1]), uint8(term[3]), count);
        value = identity(kernel);
        unchecked {
            while (true) {
                value = Alu.binary(opcode, value, Expression.run(machine, term));
                if (--count == 0) return value;
                IndexMap.advance(walk, extents);
            }
        }
    }

    /// @dev Whether a term is `load a, load b, f32.mul`.
    function _isProduct(bytes memory term) private pure returns (bool) {
        return term.length == 5 && (bytes5(term) & 0xff00ff00ff) == 0x0000000012;
    }

    /// @dev add, mul, max or min of the fold's type.
    function _opcode(Kernel memory kernel) private pure returns (uint256) {
        uint256 op = kernel.reduceOp;
        if (kernel.foldType == 1) return op == 1 ? 0x20 : op == 2 ? 0x22 : op == 3 ? 0x2c : 0x2b;
        return op == 1 ? 0x10 : op == 2 ? 0x12 : op == 3 ? 0x1c : 0x1b;
    }
}
