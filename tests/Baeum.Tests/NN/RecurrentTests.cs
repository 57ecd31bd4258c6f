using System.Text.Json;

namespace Baeum.Tests.NN;

public class RecurrentTests
{
    public static TheoryData<string> GoldenLayers => [.. Goldens.Open("core/layers").Cases.Where(c => c.Kind is "RNN" or "LSTM" or "GRU").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(GoldenLayers))]
    public void Values_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Goldens.Open("core/layers").Cases.Single(c => c.Name == name);
        bool Flag(string key) => golden.Arguments.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;
        int layers = golden.Arguments.TryGetProperty("layers", out var count) ? count.GetInt32() : 1;
        var scope = ParamScope.Random(0);
        Module module = golden.Kind switch
        {
            "RNN" => new RNN(scope, 4, 5, layers, relu: golden.Arguments.TryGetProperty("nonlinearity", out var word) && word.GetString() == "relu", batchFirst: true, bidirectional: Flag("bidirectional")),
            "LSTM" => new LSTM(scope, 4, 5, layers, batchFirst: true, bidirectional: Flag("bidirectional")),
            _ => new GRU(scope, 4, 5, layers, batchFirst: true, bidirectional: Flag("bidirectional")),
        };
        GoldenLayer.Check(golden, module, inputs => module switch
        {
            RNN rnn => Both(rnn.Forward(inputs["x"])),
            GRU gru => Both(gru.Forward(inputs["x"])),
            _ => Three(((LSTM)module).Forward(inputs["x"])),
        });
    }

    private static Tensor[] Both((Tensor Output, Tensor Hidden) y) => [y.Output, y.Hidden];

    private static Tensor[] Three((Tensor Output, (Tensor Hidden, Tensor Cell) State) y) => [y.Output, y.State.Hidden, y.State.Cell];

    [Theory]
    [InlineData(1, 3, 7)]
    [InlineData(5, 2, 19)]
    public void Fused_LSTM_equals_its_cells(int time, int batch, int size)
    {
        var fused = new LSTM(ParamScope.Random(1, DType.Float64), 6, size);
        var cell = new LSTMCell(ParamScope.Random(1, DType.Float64), 6, size);
        Compare(fused, cell, time, batch, size, (x, h, c) => Three(fused.Forward(x, (h.Unsqueeze(0), c.Unsqueeze(0)))), (x, h, c) => cell.Forward(x, (h, c)));
    }

    [Fact]
    public void Fused_GRU_equals_its_cells()
    {
        var fused = new GRU(ParamScope.Random(1, DType.Float64), 6, 9);
        var cell = new GRUCell(ParamScope.Random(1, DType.Float64), 6, 9);
        Compare(fused, cell, 4, 3, 9, (x, h, c) => [.. Both(fused.Forward(x, h.Unsqueeze(0))), c.Unsqueeze(0)], (x, h, c) => (cell.Forward(x, h), c));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fused_RNN_equals_its_cells(bool relu)
    {
        var fused = new RNN(ParamScope.Random(1, DType.Float64), 6, 300, relu: relu);
        var cell = new RNNCell(ParamScope.Random(1, DType.Float64), 6, 300, relu);
        Compare(fused, cell, 4, 8, 300, (x, h, c) => [.. Both(fused.Forward(x, h.Unsqueeze(0))), c.Unsqueeze(0)], (x, h, c) => (cell.Forward(x, h), c));
    }

    private static void Compare(Module fused, Module cell, int time, int batch, int size, Func<Tensor, Tensor, Tensor, Tensor[]> whole, Func<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Cell)> step)
    {
        var random = new PhiloxRandom(3);
        Tensor Draw(params int[] shape) => Tensor.RandN(shape, random, dtype: DType.Float64);
        Tensor x = Draw(time, batch, 6), h = Draw(batch, size), c = Draw(batch, size), w = Draw(time, batch, size), v = Draw(batch, size);
        Tensor[] first = [x.Clone().RequireGrad(), h.Clone().RequireGrad(), c.Clone().RequireGrad()], second = [x.RequireGrad(), h.RequireGrad(), c.RequireGrad()];
        var y = whole(first[0], first[1], first[2]);
        ((y[0] * w).Sum() + (y[1] * v).Sum() + (y[2] * y[2]).Sum()).Backward();
        var outputs = new List<Tensor>();
        var (hidden, memory) = (second[1], second[2]);
        for (int t = 0; t < time; t++)
        {
            (hidden, memory) = step(second[0][t], hidden, memory);
            outputs.Add(hidden);
        }
        var all = Tensor.Stack(outputs);
        ((all * w).Sum() + (hidden * v).Sum() + (memory * memory).Sum()).Backward();
        Assertions.Close(all, y[0], 1e-12);
        Assertions.Close(memory, y[2][0], 1e-12);
        for (int i = 0; i < 3; i++) Assertions.Close(second[i].Grad!, first[i].Grad!, 1e-11);
        foreach (var (mine, other) in fused.Parameters().Zip(cell.Parameters())) Assertions.Close(other.Grad!, mine.Grad!, 1e-11);
    }

    [Fact]
    public void A_sequence_without_a_batch_is_a_batch_of_one()
    {
        var lstm = new LSTM(ParamScope.Random(1), 4, 5, layerCount: 2, batchFirst: true, bidirectional: true);
        var x = Tensor.RandN([3, 4], new PhiloxRandom(0));
        var (y, (h, c)) = lstm.Forward(x);
        var (z, (g, d)) = lstm.Forward(x.Unsqueeze(0));
        Assert.Equal([3, 10], y.Shape);
        Assert.Equal([4, 5], c.Shape);
        Assertions.Close(z.Squeeze(0), y, 0);
        Assertions.Close(g.Squeeze(1), h, 0);
        Assertions.Close(d.Squeeze(1), c, 0);
    }

    [Fact]
    public void The_state_carries_over_from_piece_to_piece()
    {
        var gru = new GRU(ParamScope.Random(1), 4, 5, layerCount: 2);
        var x = Tensor.RandN([6, 2, 4], new PhiloxRandom(0));
        var whole = gru.Forward(x).Output;
        var (first, state) = gru.Forward(x[..4]);
        Assertions.Close(whole, Tensor.Cat([first, gru.Forward(x[4..], state).Output]), 1e-6);
    }

    [Fact]
    public void Dropout_between_layers_acts_in_training_only()
    {
        var lstm = new LSTM(ParamScope.Random(1), 4, 5, layerCount: 2, dropout: 0.5);
        var x = Tensor.RandN([6, 2, 4], new PhiloxRandom(0));
        Assert.NotEqual(lstm.Forward(x).Output.ToArray<float>(), lstm.Forward(x).Output.ToArray<float>());
        lstm.Eval();
        Assert.Equal(lstm.Forward(x).Output.ToArray<float>(), lstm.Forward(x).Output.ToArray<float>());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        var lstm = new LSTM(ParamScope.Random(1), 4, 5);
        Assert.Contains("[2, 3, 5]", Assert.Throws<ArgumentException>(() => lstm.Forward(Tensor.Zeros([2, 3, 5]))).Message, StringComparison.Ordinal);
        Assert.Contains("[1, 3, 5]", Assert.Throws<ArgumentException>(() => lstm.Forward(Tensor.Zeros([2, 3, 4]), (Tensor.Zeros([1, 2, 5]), Tensor.Zeros([1, 2, 5])))).Message, StringComparison.Ordinal);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => lstm.Forward(Tensor.Zeros([2, 3, 4], DType.Float64))).Message, StringComparison.Ordinal);
    }
}
