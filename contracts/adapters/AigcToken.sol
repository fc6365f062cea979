// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {UserPaidConsumer} from "../consumer/UserPaidConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {Assertion, AssertionStatus, Request, RequestStatus, RequestTerms} from "../types/Inference.sol";
import {IERC7007, IERC7007Updatable} from "./IERC7007.sol";

/// @notice Content of a token. Its bytes are in the events; here are their hash and the assertion that vouches for them, zero before.
struct Content {
    RequestId request;
    bytes32 dataHash;
    AssertionId assertion;
}

/// @title  Tokens of what one model made of their prompts (ERC-7007 with the updatable extension)
/// @notice The token of a prompt has its keccak-256 as id. Minting asks the model; anybody may then add an answer that an asserter stands for, and
///         replace it when another became final. `verify` is true for the final one alone. A prompt is claimed by a commitment, so that nobody
///         who sees it in a pending transaction can take it. The token of a question that came to no answer is burned, its money refunded.
contract AigcToken is ERC721, IERC7007, IERC7007Updatable, UserPaidConsumer {
    using Tiers for Tier;

    uint256 private constant ANSWER_WITHIN = 1 days;

    bytes32 public immutable VERSION;
    uint32 private immutable LIVENESS;
    uint96 private immutable BOND;
    uint8 private immutable REDUNDANCY;

    mapping(uint256 tokenId => Content) private _contents;
    mapping(bytes32 commitment => uint256) private _committedIn;
    mapping(RequestId => uint256) private _tokenOf;

    event PromptCommitted(bytes32 indexed commitment);

    error AigcToken_NotCommittedBefore(bytes32 commitment);
    error AigcToken_WrongPrompt(uint256 tokenId);
    error AigcToken_HasContent(uint256 tokenId);
    error AigcToken_NotAsserted(AssertionId assertion);
    error AigcToken_NotFinal(uint256 tokenId);
    error AigcToken_UpToDate(uint256 tokenId);

    /// @param tier of all questions: a minter cannot choose one in which a false content goes through
    constructor(IInferenceOracle oracle, bytes32 version, Tier memory tier, string memory name, string memory symbol)
        InferenceConsumer(oracle)
        ERC721(name, symbol)
    {
        VERSION = version;
        (LIVENESS, BOND, REDUNDANCY) = (tier.liveness, tier.bond, tier.redundancy);
    }

    /// @notice Claims a prompt without telling it: `keccak256(abi.encode(minter, keccak256(prompt), salt))`.
    function commit(bytes32 commitment) external {
        if (_committedIn[commitment] == 0) _committedIn[commitment] = block.number;
        emit PromptCommitted(commitment);
    }

    /// @notice Mints the token of a prompt, the model's input, to the caller, and asks the model. Wants a commitment of an earlier block.
    /// @param fee wei for the operators; the value pays for everything, change is owed to the caller
    function mint(bytes calldata prompt, bytes32 salt, uint256 fee) external payable returns (uint256 tokenId) {
        tokenId = uint256(keccak256(prompt));
        bytes32 commitment = keccak256(abi.encode(msg.sender, bytes32(tokenId), salt));
        uint256 since = _committedIn[commitment];
        if (since == 0 || since >= block.number) revert AigcToken_NotCommittedBefore(commitment);
        _mint(msg.sender, tokenId);
        RequestId request = _askFor(msg.sender, VERSION, prompt, _terms(fee));
        _contents[tokenId].request = request;
        _tokenOf[request] = tokenId;
    }

    /// @notice Wei to send with a mint.
    function mintingFee(uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(VERSION, _terms(fee));
    }

    /// @inheritdoc IERC7007
    /// @param proof empty for the assertion that counts now, or `abi.encode` of the id of one that stands
    function addAigcData(uint256 tokenId, bytes calldata prompt, bytes calldata aigcData, bytes calldata proof) external {
        if (tokenId != uint256(keccak256(prompt))) revert AigcToken_WrongPrompt(tokenId);
        _requireOwned(tokenId);
        Content storage content = _contents[tokenId];
        if (content.dataHash != 0) revert AigcToken_HasContent(tokenId);
        RequestId request = content.request;
        AssertionId id = proof.length == 0 ? ORACLE.resultOf(request).assertion : abi.decode(proof, (AssertionId));
        Assertion memory a = ORACLE.assertion(id);
        bool stands = a.status == AssertionStatus.STANDING || a.status == AssertionStatus.RELEASED;
        if (!stands || !ORACLE.checkOutput(request, id, aigcData)) revert AigcToken_NotAsserted(id);
        (content.dataHash, content.assertion) = (keccak256(aigcData), id);
        emit AigcData(tokenId, prompt, aigcData, abi.encode(id));
    }

    /// @inheritdoc IERC7007Updatable
    function update(bytes calldata prompt, bytes calldata aigcData) external {
        uint256 tokenId = uint256(keccak256(prompt));
        Content storage content = _contents[tokenId];
        if (!verify(prompt, aigcData, aigcData[:0])) revert AigcToken_NotFinal(tokenId);
        bytes32 dataHash = keccak256(aigcData);
        if (content.dataHash == dataHash) revert AigcToken_UpToDate(tokenId);
        (content.dataHash, content.assertion) = (dataHash, ORACLE.request(content.request).settledBy);
        emit Update(tokenId, prompt, aigcData);
    }

    /// @inheritdoc IERC7007
    /// @dev The proof is the game that nobody won within the liveness; none need be handed in.
    function verify(bytes calldata prompt, bytes calldata aigcData, bytes calldata) public view returns (bool) {
        uint256 tokenId = uint256(keccak256(prompt));
        if (_ownerOf(tokenId) == address(0)) return false;
        Request memory r = ORACLE.request(_contents[tokenId].request);
        return r.status == RequestStatus.SETTLED && ORACLE.checkOutput(_contents[tokenId].request, r.settledBy, aigcData);
    }

    function contentOf(uint256 tokenId) external view returns (Content memory) {
        return _contents[tokenId];
    }

    function supportsInterface(bytes4 id) public view override returns (bool) {
        return id == type(IERC7007).interfaceId || id == type(IERC7007Updatable).interfaceId || super.supportsInterface(id);
    }

    function _onExpired(RequestId requestId) internal override {
        uint256 tokenId = _tokenOf[requestId];
        delete _contents[tokenId];
        _burn(tokenId);
    }

    /// @dev Without a callback: answers are pulled.
    function _terms(uint256 fee) private view returns (RequestTerms memory) {
        Tier memory tier = Tier({liveness: LIVENESS, bond: BOND, delayPrice: 0, redundancy: REDUNDANCY});
        return tier.ask(ORACLE, ANSWER_WITHIN, fee, 0);
    }

    /// @dev Never called: requests are made without a callback.
    function _onInference(RequestId, bytes32, bytes calldata) internal override {}
}
