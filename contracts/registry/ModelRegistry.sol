// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IAttestations} from "../interfaces/IAttestations.sol";
import {IModelRegistry, ModelTerms} from "../interfaces/IModelRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {VersionStore} from "./VersionStore.sol";

/// @title Models as tokens: who owns them, what they cost, what they offer; see IModelRegistry
contract ModelRegistry is VersionStore, ERC721, ERC2981 {
    IParameters public immutable PARAMETERS;
    IAttestations public immutable ATTESTATIONS;

    constructor(IParameters parameters, IAttestations attestations) ERC721("Opine Models", "OPINE") {
        PARAMETERS = parameters;
        ATTESTATIONS = attestations;
    }

    /// @inheritdoc IModelRegistry
    function createModel(bytes32 programRoot, ModelTerms calldata terms) external returns (uint256 modelId, bytes32 versionId) {
        // INVARIANT: the creator is part of the id, so that nobody can take another's: being first with a program wins nothing.
        modelId = uint256(keccak256(abi.encode(block.chainid, address(this), msg.sender, programRoot)));
        if (_numbers[modelId] != 0) revert ModelRegistry_ModelExists(modelId);
        uint40 number = ++_lastModel;
        _numbers[modelId] = number;
        _offered[number].id = modelId;
        _offered[number].price = terms.price;
        if (terms.royaltyReceiver != address(0)) _setTokenRoyalty(modelId, terms.royaltyReceiver, terms.royaltyBps);
        _mint(msg.sender, modelId);
        emit ModelCreated(modelId, msg.sender, terms.price, terms.royaltyReceiver, terms.royaltyBps);
        versionId = _addVersion(number, modelId, programRoot, terms.uri);
    }

    /// @inheritdoc IModelRegistry
    function addVersion(uint256 modelId, bytes32 programRoot, string calldata uri) external returns (bytes32 versionId) {
        return _addVersion(_owned(modelId), modelId, programRoot, uri);
    }

    /// @inheritdoc IModelRegistry
    function setPrice(uint256 modelId, uint96 price) external {
        _offered[_owned(modelId)].price = price;
        emit PriceChanged(modelId, price);
    }

    /// @inheritdoc IModelRegistry
    function retire(bytes32 versionId) external {
        Listing storage listing = _listed(versionId);
        _owned(_offered[listing.model].id);
        if (listing.retired) revert ModelRegistry_Retired(versionId);
        listing.retired = true;
        emit VersionRetired(versionId);
    }

    /// @inheritdoc IModelRegistry
    function offer(bytes32 versionId)
        public
        view
        returns (bytes32 programRoot, uint40 serial, uint96 price, bool active, bool retired)
    {
        Listing storage listing = _listed(versionId);
        (serial, retired) = (listing.serial, listing.retired);
        programRoot = _origins[serial].programRoot;
        price = _offered[listing.model].price;
        uint256 least = PARAMETERS.vaultRules().attestations;
        active = least == 0 || ATTESTATIONS.isAttested(versionId, least);
    }

    /// @inheritdoc IModelRegistry
    function offerWithInputs(bytes32 versionId)
        external
        view
        returns (bytes32 programRoot, uint40 serial, uint96 price, bool active, bool retired, uint256[] memory lengths)
    {
        (programRoot, serial, price, active, retired) = offer(versionId);
        lengths = inputLengths(programRoot);
    }

    /// @inheritdoc IModelRegistry
    function payees(uint40 serial, uint256 price)
        external
        view
        returns (address owner, uint256 ownerShare, address royaltyReceiver, uint256 royalty)
    {
        uint256 modelId = _offered[_origins[serial].model].id;
        owner = ownerOf(modelId);
        (royaltyReceiver, royalty) = royaltyInfo(modelId, price);
        ownerShare = price - royalty;
    }

    /// @notice The content URI of the model's latest version.
    function tokenURI(uint256 modelId) public view override returns (string memory) {
        _requireOwned(modelId);
        uint40[] storage serials = _offered[_numbers[modelId]].versions;
        return _origins[serials[serials.length - 1]].uri;
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, ERC2981) returns (bool) {
        return super.supportsInterface(interfaceId);
    }

    /// @dev The number of a model that the caller owns.
    function _owned(uint256 modelId) private view returns (uint40) {
        if (_requireOwned(modelId) != msg.sender) revert ModelRegistry_NotOwner(modelId, msg.sender);
        return _numbers[modelId];
    }
}
