// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IDisputeGame} from "../../contracts/interfaces/IDisputeGame.sol";
import {IInferenceOracle} from "../../contracts/interfaces/IInferenceOracle.sol";
import {IOperatorRegistry} from "../../contracts/interfaces/IOperatorRegistry.sol";
import {IRewardClaims} from "../../contracts/interfaces/IRewardClaims.sol";
import {BufferProof} from "../../contracts/interfaces/IStepVerifier.sol";
import {AssertionId, GameId, RequestId} from "../../contracts/types/Ids.sol";
import {Trace} from "./Tiny.sol";
import {vm} from "./Vm.sol";

/// @notice One transaction of the deployment; to nobody for the creation of a contract.
struct Transaction {
    address to;
    bytes data;
}

/// @notice What genesis.ts writes.
struct Genesis {
    address deployer;
    address models;
    address operators;
    address oracle;
    address game;
    address claims;
    address[] protocol;
    Transaction[] transactions;
    bytes32 versionId;
    bytes[] descriptors;
    BufferProof[] proofs;
}

/// @param due wei that the oracle holds for it until it ends
struct Question {
    RequestId id;
    address consumer;
    bytes32 input;
    uint256 due;
}

/// @param kind of the lie, where it is one
struct Answer {
    AssertionId id;
    uint256 question;
    address asserter;
    bool truthful;
    uint8 kind;
    Trace claim;
}

/// @param bond wei that the game holds for it until it ends
struct Match {
    GameId id;
    uint256 answer;
    address challenger;
    bool honest;
    uint256 bond;
}

/// @title The protocol as it is deployed, the people who use it, and what they did
abstract contract World {
    uint256 internal constant FUNDS = 10_000 ether;
    uint256 internal constant STAKE = 20 ether;
    /// @dev Basis points of a stake that may be locked, of the rules in genesis.ts.
    uint256 internal constant HALF = 5000;
    string private constant GENESIS = ".opine/invariants/genesis.hex";

    IOperatorRegistry internal vault;
    IInferenceOracle internal oracle;
    IDisputeGame internal game;
    IRewardClaims internal claims;
    address internal deployer;
    bytes32 internal versionId;
    bytes[] internal descriptors;
    BufferProof[] internal proofs;

    address[] internal protocol;
    address[] internal people;
    address[2] internal consumers = [address(0xc1), address(0xc2)];
    address[2] internal operators = [address(0x01a1), address(0x01a2)];
    address[2] internal liars = [address(0x01b1), address(0x01b2)];
    address[2] internal challengers = [address(0x01d1), address(0x01d2)];
    address[2] internal spammers = [address(0x01e1), address(0x01e2)];

    Question[] internal questions;
    Answer[] internal answers;
    Match[] internal matches;
    /// @dev Wei that an operator put into its stake and has not begun to take out, and that it began to and has not completed.
    mapping(address => uint256) internal staked;
    mapping(address => uint256) internal unstaking;

    constructor() {
        Genesis memory g = abi.decode(vm.parseBytes(vm.readFile(GENESIS)), (Genesis));
        _deploy(g);
        (vault, oracle, game) = (IOperatorRegistry(g.operators), IInferenceOracle(g.oracle), IDisputeGame(g.game));
        (claims, deployer, versionId) = (IRewardClaims(g.claims), g.deployer, g.versionId);
        for (uint256 i = 0; i < g.descriptors.length; ++i) descriptors.push(g.descriptors[i]);
        for (uint256 i = 0; i < g.proofs.length; ++i) proofs.push(g.proofs[i]);
        for (uint256 i = 0; i < g.protocol.length; ++i) protocol.push(g.protocol[i]);
        people.push(g.deployer);
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 5; ++j) {
                address account = [consumers[i], operators[i], liars[i], challengers[i], spammers[i]][j];
                people.push(account);
                vm.deal(account, FUNDS);
            }
            _stake(operators[i]);
            _stake(liars[i]);
        }
    }

    function _deploy(Genesis memory g) private {
        vm.deal(g.deployer, FUNDS);
        vm.setNonce(g.deployer, 0);
        for (uint256 i = 0; i < g.transactions.length; ++i) {
            (address to, bytes memory data) = (g.transactions[i].to, g.transactions[i].data);
            vm.prank(g.deployer);
            bool done;
            if (to == address(0)) {
                assembly ("memory-safe") {
                    done := create(0, add(data, 32), mload(data))
                }
            } else {
                (done,) = to.call(data);
            }
            require(done, "a transaction of the deployment failed");
        }
        require(g.oracle.code.length > 0, "the oracle came to another address");
    }

    function _stake(address operator) internal {
        vm.prank(operator);
        vault.stake{value: STAKE}();
        staked[operator] += STAKE;
    }
}
