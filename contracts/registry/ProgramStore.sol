// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry, Model, OutputSpec, Shape} from "../interfaces/IModelRegistry.sol";
import {BufferProof} from "../interfaces/IStepVerifier.sol";
import {Header} from "../libraries/Header.sol";
import {StoredHeader} from "../libraries/StoredHeader.sol";
import {TAG_PROGRAM} from "../libraries/Tags.sol";
import {HeaderRules} from "./HeaderRules.sol";

/// @title Programs: proved once, for everybody
abstract contract ProgramStore is HeaderRules {
    using Header for bytes;
    using StoredHeader for bytes;

    mapping(bytes32 programRoot => Model) private _models;
    mapping(bytes32 programRoot => bytes) private _headers;

    /// @inheritdoc IModelRegistry
    function register(bytes calldata header, bytes32 bufferRoot, BufferProof[] calldata proofs) external returns (bytes32 programRoot) {
        programRoot = sha256(abi.encodePacked(TAG_PROGRAM, sha256(header), bufferRoot));
        if (_models[programRoot].author != address(0)) revert ModelRegistry_AlreadyRegistered(programRoot);
        Model memory record = _parse(header, bufferRoot);
        _checkLeaves(header, record, proofs);
        _models[programRoot] = record;
        _headers[programRoot] = header;
        emit ModelRegistered(programRoot, msg.sender, bufferRoot, header);
    }

    /// @inheritdoc IModelRegistry
    function model(bytes32 programRoot) public view returns (Model memory record) {
        record = _models[programRoot];
        if (record.author == address(0)) revert ModelRegistry_UnknownModel(programRoot);
    }

    function _shapeOf(bytes32 programRoot) internal view returns (Shape memory) {
        Model storage record = _models[programRoot];
        return Shape(record.bufferRoot, record.inputs, record.constants, record.kernels);
    }

    /// @inheritdoc IModelRegistry
    function inputLengths(bytes32 programRoot) public view returns (uint256[] memory lengths) {
        bytes storage header = _known(programRoot);
        lengths = new uint256[](header.stored(Header.INPUTS));
        for (uint256 i = 0; i < lengths.length; ++i) {
            lengths[i] = header.storedSize(Header.FIRST_INPUT + 2 * i);
        }
    }

    /// @inheritdoc IModelRegistry
    function outputSpecs(bytes32 programRoot) public view returns (OutputSpec[] memory specs) {
        bytes storage header = _known(programRoot);
        specs = new OutputSpec[](header.stored(Header.OUTPUTS));
        uint256 offset = header.storedFirstOutput();
        for (uint256 i = 0; i < specs.length; ++i) {
            specs[i] = OutputSpec({kernel: uint32(header.stored(offset)), bytesLength: uint64(header.storedSize(offset + 1))});
            offset += 3;
        }
    }

    /// @inheritdoc IModelRegistry
    function claimKernels(bytes32 programRoot) external view returns (uint32[] memory kernels) {
        model(programRoot);
        bytes memory header = _headers[programRoot];
        uint256 offset = header.claimCount();
        kernels = new uint32[](header.field(offset));
        for (uint256 i = 0; i < kernels.length; ++i) {
            kernels[i] = uint32(header.field(offset + 1 + i));
        }
    }

    function _kernelCount(bytes32 programRoot) internal view returns (uint256) {
        return _known(programRoot).stored(Header.KERNELS);
    }

    function _known(bytes32 programRoot) private view returns (bytes storage header) {
        header = _headers[programRoot];
        if (header.stored(Header.VERSION) == 0) revert ModelRegistry_UnknownModel(programRoot);
    }
}
