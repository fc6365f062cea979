// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle, Request, RequestStatus, RequestTerms} from "../interfaces/IInferenceOracle.sol";
import {TAG_INPUTS} from "../libraries/Tags.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {OracleStore} from "./OracleStore.sol";

/// @title Requests: asked, and given up when nobody answers
abstract contract Asking is OracleStore {
    /// @dev Below this a challenger on a congested chain may not get a transaction in.
    uint32 internal constant MIN_LIVENESS = 60;
    uint32 internal constant MAX_LIVENESS = 30 days;
    uint32 internal constant MAX_CALLBACK_GAS = 5_000_000;

    /// @notice Least bond of a request, in wei: a defeat must cost a liar something whatever the requester chose.
    uint128 public immutable MIN_BOND;

    constructor(uint128 minBond) {
        MIN_BOND = minBond;
    }

    /// @inheritdoc IInferenceOracle
    function requestInference(bytes32 programRoot, bytes calldata input, RequestTerms calldata terms)
        external
        payable
        returns (RequestId requestId)
    {
        if (
            terms.deadline <= block.timestamp || terms.liveness < MIN_LIVENESS || terms.liveness > MAX_LIVENESS || terms.bond < MIN_BOND
                || terms.callbackGas > MAX_CALLBACK_GAS || msg.value > type(uint128).max
        ) revert InferenceOracle_BadTerms();
        bytes32 inputRoot = _inputRoot(MODELS.inputLengths(programRoot), input);
        uint256 nonce = _nonces[msg.sender]++;
        requestId = RequestId.wrap(keccak256(abi.encode(block.chainid, address(this), msg.sender, nonce, programRoot, inputRoot)));
        Request storage r = _requests[requestId];
        r.consumer = msg.sender;
        r.status = RequestStatus.OPEN;
        r.delivered = terms.callbackGas == 0;
        r.fee = uint128(msg.value);
        r.terms = terms;
        r.programRoot = programRoot;
        r.inputRoot = inputRoot;
        emit InferenceRequested(requestId, programRoot, msg.sender, nonce, msg.value, terms, input);
        OPERATORS.credit{value: msg.value}(address(this));
    }

    /// @inheritdoc IInferenceOracle
    function expire(RequestId requestId) external {
        Request storage r = _requireOpen(requestId);
        if (block.timestamp <= r.terms.deadline) revert InferenceOracle_BeforeDeadline(requestId, r.terms.deadline);
        AssertionId standing = _firstStanding(requestId, r);
        if (AssertionId.unwrap(standing) != 0) revert InferenceOracle_AssertionPending(standing);
        r.status = RequestStatus.EXPIRED;
        emit RequestExpired(requestId, r.fee);
        OPERATORS.transferPayout(r.consumer, r.fee);
    }

    /// @dev The earliest assertion that is not defeated, zero if none; remembers how far it looked.
    function _firstStanding(RequestId requestId, Request storage r) internal virtual returns (AssertionId);

    function _inputRoot(uint256[] memory lengths, bytes calldata input) private view returns (bytes32) {
        bytes memory preimage = abi.encodePacked(TAG_INPUTS);
        uint256 offset = 0;
        for (uint256 i = 0; i < lengths.length; ++i) {
            if (offset + lengths[i] > input.length) revert InferenceOracle_InputLength(offset + lengths[i], input.length);
            preimage = abi.encodePacked(preimage, TensorTree.rootOfBytes(input[offset:offset + lengths[i]]));
            offset += lengths[i];
        }
        if (offset != input.length) revert InferenceOracle_InputLength(offset, input.length);
        return sha256(preimage);
    }
}
