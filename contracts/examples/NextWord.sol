// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";
import {RequestStatus, RequestTerms, Result} from "../types/Inference.sol";

/// @title  Asks a language model how a text goes on, and fetches the answer when somebody wants it
/// @notice It is never called back. Whoever needs the word brings the answer's bytes, which are in an event; the oracle says whether they
///         are those of the final answer.
/// @dev    Wants a model of tokens `i32`, zero behind the text, and as many rows of `WORDS` scores `f32`.
contract NextWord {
    using Tiers for Tier;

    /// @notice What a lost challenge of the answer pays this contract for the delay, in wei.
    uint96 public constant DELAY_PRICE = 0.05 ether;

    IInferenceOracle public immutable ORACLE;
    bytes32 public immutable VERSION;
    uint256 public immutable WORDS;
    address public immutable OWNER = msg.sender;

    /// @dev 1 + the place of the text's last token; 0 for what this contract did not ask.
    mapping(RequestId => uint256) private _ends;
    /// @notice 1 + the token that follows; 0 while nobody fetched it.
    mapping(RequestId => uint256) public fetched;

    event WordFetched(RequestId indexed requestId, uint256 token);

    error NextWord_NotAsked(RequestId requestId);
    error NextWord_NotFinal(RequestId requestId);
    error NextWord_OtherBytes(RequestId requestId);
    error NextWord_NoText();

    constructor(IInferenceOracle oracle, bytes32 version, uint256 words) {
        (ORACLE, VERSION, WORDS) = (oracle, version, words);
    }

    /// @notice Asks; send at least `priceOf(fee)`.
    function ask(bytes calldata text, uint256 fee) external payable returns (RequestId requestId) {
        uint256 end = text.length / 4;
        while (end > 0 && Outputs.i32(text, end - 1) == 0) --end;
        if (end == 0) revert NextWord_NoText();
        requestId = ORACLE.requestInference{value: msg.value}(VERSION, text, _terms(fee));
        _ends[requestId] = end;
    }

    /// @notice Takes the likeliest next token out of the final answer's bytes. Anybody may bring them.
    function fetch(RequestId requestId, bytes calldata output) external returns (uint256 token) {
        uint256 end = _ends[requestId];
        if (end == 0) revert NextWord_NotAsked(requestId);
        Result memory result = ORACLE.resultOf(requestId);
        if (result.status != RequestStatus.SETTLED) revert NextWord_NotFinal(requestId);
        if (!ORACLE.checkOutput(requestId, result.assertion, output)) revert NextWord_OtherBytes(requestId);
        (token,) = Outputs.argmax(output[4 * WORDS * (end - 1):4 * WORDS * end]);
        fetched[requestId] = token + 1;
        emit WordFetched(requestId, token);
    }

    /// @notice Takes out what the vault owes this contract. Anybody may call.
    function collect() external returns (uint256) {
        return ORACLE.operators().withdraw(OWNER);
    }

    function priceOf(uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(VERSION, _terms(fee));
    }

    function _terms(uint256 fee) private view returns (RequestTerms memory) {
        return Tiers.standard().priced(DELAY_PRICE).ask(ORACLE, 1 days, fee, 0);
    }
}
