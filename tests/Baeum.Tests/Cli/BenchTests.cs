using System.Text.Json;
using Baeum.Cli;
using Baeum.Cli.Bench;

namespace Baeum.Tests.Cli;

public class BenchTests
{
    [Fact]
    public void WorkloadsAreNamedAsThoseOfThePeers()
    {
        string[] peers =
        [
            "gemm_64", "gemm_256", "gemm_512", "gemm_1024", "gemm_2048", "gemm_768x128x512", "add_1M", "exp_1M", "gelu_1M", "sum_1M", "softmax_4096x256",
            "layernorm_4096x256", "train_xor_2-8-1_sgd", "train_mlp_784-256-10_b64_adam", "train_lenet5_b64_adam", "infer_lenet5_b64", "train_lstm_256x256_t64_b32_sgd",
            "train_nanogpt_cpu_4L4H128_t64_b12_adamw", "train_gpt_6L6H384_t256_b4_adamw", "train_transformer_copy_d512_N2_b30x10_adam", "infer_minilm_encoder_6L384_b8x128",
            "numpy_linear_3x1", "numpy_xor_2-2-1", "numpy_softmax_130x4x3", "numpy_mlp_1-8-4-1", "numpy_rnn_4-3-4_t4",
        ];
        string[] ours = [.. Workloads.All.Select(workload => workload.Name)];
        Assert.Empty(peers.Except(ours));
        Assert.Equal(ours.Distinct(), ours);
    }

    [Theory]
    [InlineData("gemm_64")]
    [InlineData("train_xor_2-8-1_sgd")]
    [InlineData("train_mlp_784-256-10_b64_adam")]
    [InlineData("infer_lenet5_b64")]
    [InlineData("train_nanogpt_cpu_4L4H128_t64_b12_adamw")]
    [InlineData("numpy_linear_3x1")]
    [InlineData("numpy_xor_2-2-1")]
    [InlineData("numpy_softmax_130x4x3")]
    [InlineData("numpy_mlp_1-8-4-1")]
    [InlineData("numpy_rnn_4-3-4_t4")]
    [Trait("Leg", "once")]
    public void AStepRunsAgainAndAgain(string name)
    {
        Action step = Workloads.All.Single(workload => workload.Name == name).Prepare();
        step();
        step();
    }

    [Fact]
    [Trait("Leg", "once")]
    public void ALimitIsOneLineOfJson()
    {
        var results = new StringWriter();
        Assert.Equal(0, CommandLine.Run(["bench", "--only", "peak_fma", "--json"], new CommandContext { Results = results, Messages = TextWriter.Null }));
        JsonElement line = JsonDocument.Parse(results.ToString()).RootElement;
        Assert.Equal("peak_fma", line.GetProperty("name").GetString());
        Assert.InRange(line.GetProperty("gflops").GetDouble(), 0.01, 1e6);
    }
}
