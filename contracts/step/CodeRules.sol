// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bytes} from "./Bytes.sol";
import {isForeignNan, MAX_LOCALS, MAX_STACK} from "./Rule.sol";

/// @notice What a piece of postfix code may use.
/// @param loads     two bits a load, load 0 lowest: its type, or `UNUSABLE`
/// @param loadCount number of loads
/// @param variables number of iteration variables
/// @param fold      type of the folded value, or `UNUSABLE`
struct CodeContext {
    uint256 loads;
    uint256 loadCount;
    uint256 variables;
    uint256 fold;
}

/// @title  The type checker of postfix code, SPEC sections 4 and 5; twin of models/ir/check-code.ts
/// @dev    The type stack is one word, a bit a slot, the top in bit 0: 0 is f32, 1 is i32.
library CodeRules {
    using Bytes for bytes;

    uint256 internal constant F32 = 0;
    uint256 internal constant I32 = 1;
    uint256 internal constant UNUSABLE = 2;

    /// @notice Whether the code is well-typed and leaves exactly one value, of type `wanted`.
    function gives(bytes calldata code, CodeContext memory context, uint256 wanted) internal pure returns (bool) {
        uint256 types;
        uint256 depth;
        uint256 locals;
        uint256 cursor;
        while (cursor < code.length) {
            uint256 opcode = code.u8(cursor);
            uint256 size = immediateSize(opcode);
            if (!code.has(++cursor, size)) return false;
            if (opcode == 0x07) {
                uint256 local = code.u8(cursor);
                if (depth == 0 || local >= MAX_LOCALS) return false;
                locals = _setLocal(locals, local, types & 1);
                types >>= 1;
                --depth;
            } else {
                (uint256 taken, uint256 operands, uint256 given) =
                    opcode < 0x08 ? _push(opcode, code, cursor, context, locals) : _signature(opcode, types);
                if (given == UNUSABLE || depth < taken || types & ((1 << taken) - 1) != operands) return false;
                types = ((types >> taken) << 1) | given;
                depth = depth + 1 - taken;
                if (depth > MAX_STACK) return false;
            }
            cursor += size;
        }
        return depth == 1 && types == wanted;
    }

    function immediateSize(uint256 opcode) internal pure returns (uint256) {
        if (opcode == 0x03 || opcode == 0x04) return 4;
        return opcode < 0x08 && opcode != 0x05 ? 1 : 0;
    }

    /// @dev Bit `local` says that it is set, bit `8 + local` has its type.
    function _setLocal(uint256 locals, uint256 local, uint256 kind) private pure returns (uint256) {
        return (locals & ~(0x100 << local)) | (1 << local) | (kind << (8 + local));
    }

    /// @dev Opcodes 00 to 06: nothing is taken, one value is given.
    function _push(uint256 opcode, bytes calldata code, uint256 cursor, CodeContext memory context, uint256 locals)
        private
        pure
        returns (uint256, uint256, uint256 given)
    {
        uint256 immediate = code.u8(cursor);
        if (opcode <= 0x01) {
            given = immediate < context.loadCount ? (context.loads >> (2 * immediate)) & 3 : UNUSABLE;
            if (opcode == 0x01 && given != UNUSABLE) given = I32;
        } else if (opcode == 0x02) {
            given = immediate < context.variables ? I32 : UNUSABLE;
        } else if (opcode == 0x03) {
            given = isForeignNan(code.u32(cursor)) ? UNUSABLE : F32;
        } else if (opcode == 0x04) {
            given = I32;
        } else if (opcode == 0x05) {
            given = context.fold;
        } else {
            bool isSet = immediate < MAX_LOCALS && (locals >> immediate) & 1 == 1;
            given = isSet ? (locals >> (8 + immediate)) & 1 : UNUSABLE;
        }
        return (0, 0, given);
    }

    /// @dev   Opcodes from 08 on.
    /// @return taken    number of operands
    /// @return operands the types that they must have, as they lie on the stack
    /// @return given    type of the value, `UNUSABLE` for an unknown opcode
    function _signature(uint256 opcode, uint256 types)
        private
        pure
        returns (uint256 taken, uint256 operands, uint256 given)
    {
        // select: a, b, c from the bottom; c is i32, a and b are of the type that b has.
        if (opcode == 0x08) return types & 2 == 0 ? (3, I32, F32) : (3, 7, I32);
        if (opcode >= 0x10 && opcode <= 0x1f) {
            bool unary = opcode >= 0x14 && opcode <= 0x1a;
            return (unary ? 1 : 2, 0, opcode >= 0x1d ? I32 : F32);
        }
        if (opcode >= 0x20 && opcode <= 0x2e) return (2, 3, I32);
        if (opcode == 0x30 || opcode == 0x32) return (1, F32, I32);
        if (opcode == 0x31 || opcode == 0x33) return (1, I32, F32);
        return (0, 0, UNUSABLE);
    }
}
