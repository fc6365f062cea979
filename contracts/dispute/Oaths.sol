// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {AssertionId} from "../types/Ids.sol";

/// @title What an asserter signs, EIP-712, SPEC section 7
/// @dev   The domain is hashed anew each time: it is needed once in a game, and a chain that forks gets another one by itself.
library Oaths {
    bytes32 private constant _DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant _INTERIOR = keccak256("Interior(bytes32 assertionId,uint32 first,bytes32 content)");
    bytes32 private constant _TOTALS = keccak256("Totals(bytes32 assertionId,uint32 kernel,uint32 element,bytes32 content)");

    /// @param content keccak-256 of the interior list's words
    function interior(AssertionId assertionId, uint256 first, bytes32 content) internal pure returns (bytes32) {
        return keccak256(abi.encode(_INTERIOR, assertionId, first, content));
    }

    /// @param content keccak-256 of the totals, 32 bytes each
    function totals(AssertionId assertionId, uint256 kernel, uint256 element, bytes32 content) internal pure returns (bytes32) {
        return keccak256(abi.encode(_TOTALS, assertionId, kernel, element, content));
    }

    /// @notice Whether the asserter signed the oath for this contract on this chain; a contract says so by ERC-1271.
    function isSigned(address asserter, bytes32 oath, bytes calldata signature) internal view returns (bool) {
        bytes32 domain = keccak256(abi.encode(_DOMAIN, keccak256("Opine"), keccak256("1"), block.chainid, address(this)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, oath));
        return signature.length != 0 && SignatureChecker.isValidSignatureNow(asserter, digest, signature);
    }
}
