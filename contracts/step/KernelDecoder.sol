// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @param index        0 for an affine axis, else one more than the number of the load whose value is the coordinate
/// @param coefficients one for each iteration variable, zero where the descriptor names none
struct Axis {
    uint256 extent;
    int256 stride;
    uint256 index;
    int256 offset;
    int256[] coefficients;
}

/// @param lookup whether an axis is indexed
struct Load {
    uint256 buffer;
    int256 base;
    uint256 fill;
    bool lookup;
    Axis[] axes;
}

/// @param extents of the iteration variables: `outputRank` output coordinates, then the reduce coordinates
struct Kernel {
    uint256 foldType;
    uint256 resultType;
    uint256 storeType;
    uint256 reduceOp;
    uint256 outputRank;
    uint256 block;
    uint256[] extents;
    Load[] loads;
    bytes term;
    bytes result;
}

/// @title  Kernel descriptors, SPEC section 4
/// @notice Assumes a valid descriptor: it is proved against the program, and an assertion over a program with an invalid kernel loses anyway.
library KernelDecoder {
    uint256 private constant INDEXED = 1;

    /// @dev Read position, in calldata.
    struct Reader {
        uint256 next;
    }

    function decode(bytes calldata descriptor) internal pure returns (Kernel memory kernel) {
        unchecked {
            Reader memory reader;
            assembly ("memory-safe") {
                mstore(reader, add(descriptor.offset, 1)) // past the version
            }
            kernel.foldType = _take(reader, 1);
            kernel.resultType = _take(reader, 1);
            kernel.storeType = _take(reader, 1);
            kernel.reduceOp = _take(reader, 1);
            kernel.outputRank = _take(reader, 1);
            kernel.extents = new uint256[](kernel.outputRank + _take(reader, 1));
            kernel.loads = new Load[](_take(reader, 1));
            kernel.block = _take(reader, 4);
            for (uint256 i; i < kernel.extents.length; ++i) {
                kernel.extents[i] = _take(reader, 4);
            }
            for (uint256 i; i < kernel.loads.length; ++i) {
                _load(reader, kernel.loads[i], kernel.extents.length);
            }
            kernel.term = _code(reader);
            kernel.result = _code(reader);
        }
    }

    function _load(Reader memory reader, Load memory load, uint256 variables) private pure {
        unchecked {
            load.buffer = _take(reader, 4);
            _take(reader, 4); // lag, 0
            load.base = _signed(reader);
            load.fill = _take(reader, 4);
            load.axes = new Axis[](_take(reader, 1));
            for (uint256 i; i < load.axes.length; ++i) {
                Axis memory axis = load.axes[i];
                axis.extent = _take(reader, 4);
                axis.stride = _signed(reader);
                axis.coefficients = new int256[](variables);
                if (_take(reader, 1) == INDEXED) {
                    axis.index = 1 + _take(reader, 1);
                    axis.offset = _signed(reader);
                    load.lookup = true;
                    continue;
                }
                axis.offset = _signed(reader);
                for (uint256 terms = _take(reader, 1); terms > 0; --terms) {
                    uint256 variable = _take(reader, 1);
                    axis.coefficients[variable] = _signed(reader);
                }
            }
        }
    }

    function _code(Reader memory reader) private pure returns (bytes memory code) {
        uint256 length = _take(reader, 2);
        code = new bytes(length);
        assembly ("memory-safe") {
            calldatacopy(add(code, 32), mload(reader), length)
            mstore(reader, add(mload(reader), length))
        }
    }

    function _take(Reader memory reader, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            let place := mload(reader)
            value := shr(sub(256, shl(3, size)), calldataload(place))
            mstore(reader, add(place, size))
        }
    }

    function _signed(Reader memory reader) private pure returns (int256) {
        return int32(uint32(_take(reader, 4)));
    }
}
