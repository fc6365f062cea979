// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, GameId} from "../../contracts/types/Ids.sol";
import {Handler} from "./Handler.sol";
import {Tiny} from "./Tiny.sol";
import {vm} from "./Vm.sol";

/// @title A world in which what must not happen happens, by the protocol's own contracts' hands or by an absence of honesty
contract FallenWorld is Handler {
    function addMoney() external {
        vm.deal(address(vault), address(vault).balance + 1);
    }

    /// @dev By the game's own hand.
    function moveEscrow() external {
        vm.deal(address(this), 1 ether);
        vault.credit{value: 1 ether}(address(game));
    }

    function slashHonest() external {
        vm.prank(address(oracle));
        vault.lock(operators[0], 1 ether);
        address[] memory nobody = new address[](0);
        vm.prank(address(oracle));
        vault.slash(operators[0], 1 ether, nobody, new uint256[](0));
    }

    function defeatTruth() external {
        vm.prank(address(game));
        oracle.defeat(answers[0].id, GameId.wrap(bytes32(uint256(1))), 0);
    }

    function lockMore() external {
        vm.prank(address(oracle));
        vault.lock(liars[0], 1 ether);
    }

    /// @dev A lie that nobody challenges.
    function settleLie() external {
        _lie(0, liars[0], 3, 5);
        _wait(1 days);
        oracle.settle(questions[0].id, Tiny.output(answers[answers.length - 1].claim));
    }

    /// @dev Somebody's bond is locked for ever.
    function lockForEver() external {
        vm.prank(address(oracle));
        vault.lock(liars[0], 1 ether);
    }
}

/// @title That each check notices what it is there for
contract NoticeTest {
    FallenWorld private world;

    function setUp() external {
        world = new FallenWorld();
        // One asserter is enough for this seed.
        world.ask(0);
        _all();
    }

    function _all() private view {
        world.checkBalance();
        world.checkEscrow();
        world.checkHonest();
        world.checkExposure();
        world.checkSettlements();
    }

    function test_unowedMoney() external {
        world.addMoney();
        _expect(world.checkBalance, "the vault does not hold what it owes");
    }

    function test_unknownEscrow() external {
        world.moveEscrow();
        world.checkBalance();
        _expect(world.checkEscrow, "the game's escrow is not the bonds of games in progress");
    }

    function test_slashedHonesty() external {
        world.slashHonest();
        _expect(world.checkHonest, "an honest operator lost stake");
    }

    function test_fallenTruth() external {
        world.answerHonestly(0);
        world.checkHonest();
        world.defeatTruth();
        _expect(world.checkHonest, "the truth fell");
    }

    function test_lockWithoutAssertion() external {
        world.lockMore();
        _expect(world.checkExposure, "what is locked is not the bonds of standing assertions");
    }

    function test_settledLie() external {
        world.settleLie();
        _expect(world.checkSettlements, "settled with a lie");
    }

    function test_lockForEver() external {
        world.lockForEver();
        try world.finish() {
            revert("nothing was noticed");
        } catch Error(string memory reason) {
            require(_same(reason, "a bond cannot be released"), reason);
        }
    }

    function _expect(function() external view check, string memory wanted) private view {
        try check() {
            revert("nothing was noticed");
        } catch Error(string memory reason) {
            require(_same(reason, wanted), reason);
        }
    }

    function _same(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }
}
