// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IModelRegistry, OutputSpec, Shape, Version} from "../interfaces/IModelRegistry.sol";
import {ProgramStore} from "./ProgramStore.sol";

/// @title Versions: which program was offered by whom, when, in which model
abstract contract VersionStore is ProgramStore {
    /// @dev What a request looks at, one slot. Models are numbered from 1 as versions are: a number is shorter than an id.
    struct Listing {
        uint40 serial;
        uint40 model;
        uint32 number;
        bool retired;
    }

    /// @dev What never changes of a version.
    struct Origin {
        bytes32 programRoot;
        bytes32 versionId;
        address author;
        uint40 createdAt;
        uint40 model;
        string uri;
    }

    struct Offered {
        uint256 id;
        uint96 price;
        uint40[] versions;
    }

    uint40 internal _lastSerial;
    uint40 internal _lastModel;
    mapping(bytes32 versionId => Listing) internal _listings;
    mapping(uint40 serial => Origin) internal _origins;
    mapping(uint40 model => Offered) internal _offered;
    mapping(uint256 modelId => uint40) internal _numbers;
    mapping(bytes32 programRoot => uint40[]) internal _byProgram;

    /// @inheritdoc IModelRegistry
    function bySerial(uint40 serial) external view returns (bytes32 versionId, bytes32 programRoot) {
        return (_origins[serial].versionId, _origins[serial].programRoot);
    }

    /// @inheritdoc IModelRegistry
    function shapeOf(uint40 serial) external view returns (Shape memory) {
        return _shapeOf(_origins[serial].programRoot);
    }

    /// @inheritdoc IModelRegistry
    function programOf(uint40 serial) external view returns (bytes32) {
        return _origins[serial].programRoot;
    }

    /// @inheritdoc IModelRegistry
    function answerOf(uint40 serial) external view returns (uint256 kernels, OutputSpec[] memory outputs) {
        bytes32 programRoot = _origins[serial].programRoot;
        return (_kernelCount(programRoot), outputSpecs(programRoot));
    }

    /// @inheritdoc IModelRegistry
    function version(bytes32 versionId) external view returns (Version memory) {
        Listing memory listing = _listed(versionId);
        Origin memory origin = _origins[listing.serial];
        return Version({
            programRoot: origin.programRoot,
            modelId: _offered[listing.model].id,
            author: origin.author,
            createdAt: origin.createdAt,
            serial: listing.serial,
            number: listing.number,
            retired: listing.retired,
            uri: origin.uri
        });
    }

    /// @inheritdoc IModelRegistry
    function versionsOf(uint256 modelId) external view returns (bytes32[] memory) {
        return _ids(_offered[_numbers[modelId]].versions);
    }

    /// @inheritdoc IModelRegistry
    function versionsOfProgram(bytes32 programRoot) external view returns (bytes32[] memory) {
        return _ids(_byProgram[programRoot]);
    }

    function _addVersion(uint40 number, uint256 modelId, bytes32 programRoot, string calldata uri) internal returns (bytes32 versionId) {
        model(programRoot);
        versionId = keccak256(abi.encode(block.chainid, address(this), modelId, programRoot));
        if (_listings[versionId].serial != 0) revert ModelRegistry_VersionExists(versionId);
        uint40 serial = ++_lastSerial;
        uint40[] storage versions = _offered[number].versions;
        versions.push(serial);
        _byProgram[programRoot].push(serial);
        _listings[versionId] = Listing({serial: serial, model: number, number: uint32(versions.length), retired: false});
        _origins[serial] = Origin(programRoot, versionId, msg.sender, uint40(block.timestamp), number, uri);
        emit VersionAdded(versionId, modelId, programRoot, serial, msg.sender, uri);
    }

    function _ids(uint40[] storage serials) private view returns (bytes32[] memory ids) {
        ids = new bytes32[](serials.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = _origins[serials[i]].versionId;
        }
    }

    function _listed(bytes32 versionId) internal view returns (Listing storage listing) {
        listing = _listings[versionId];
        if (listing.serial == 0) revert ModelRegistry_UnknownVersion(versionId);
    }
}
