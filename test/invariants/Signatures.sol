// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Oath, Phase} from "../../contracts/interfaces/IDisputeGame.sol";
import {AssertionId} from "../../contracts/types/Ids.sol";
import {Callbacks} from "./Callbacks.sol";
import {Tiny} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Match} from "./Records.sol";

/// @title A liar that signs two interiors of one segment, and falls by that alone
abstract contract Signatures is Callbacks {
    bytes32 private constant DOMAIN = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant INTERIOR = keccak256("Interior(bytes32 assertionId,uint32 first,bytes32 content)");

    function _proveTwoOaths(uint256 match_, uint256 seed) internal {
        Match storage m = matches[match_];
        Answer storage a = answers[m.answer];
        uint256 key = a.asserter == liars[0] ? LIARS_KEY : LIARS_KEY + 1;
        Oath memory one = _oath(a.id, key, abi.encode(a.claim.words[Tiny.INTERIOR], bytes32(0)));
        Oath memory other = _oath(a.id, key, abi.encode(keccak256(abi.encode(seed)), bytes32(0)));
        game.proveTwoOaths(m.id, Phase.KERNEL, uint32(Tiny.INTERIOR), 0, one, other);
    }

    function _oath(AssertionId assertionId, uint256 key, bytes memory list) private view returns (Oath memory) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, keccak256("Opine"), keccak256("1"), block.chainid, address(game)));
        bytes32 content = keccak256(abi.encode(INTERIOR, assertionId, uint32(Tiny.INTERIOR), keccak256(list)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, content)));
        return Oath(list, abi.encodePacked(r, s, v));
    }
}
