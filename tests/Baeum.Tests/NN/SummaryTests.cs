namespace Baeum.Tests.NN;

public class SummaryTests
{
    [Fact]
    public void Layers_of_a_sequence_are_listed_with_shapes_parameters_and_work()
    {
        var scope = ParamScope.Random(0);
        var model = new Sequential(scope, new Conv2d(scope / 0, 1, 6, 5, padding: 2), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(scope / 4, 1176, 10));
        string[] lines = model.Summary([2, 1, 28, 28]).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains(lines, line => line.Contains("0 (Conv2d)", StringComparison.Ordinal) && line.Contains("[2, 6, 28, 28]", StringComparison.Ordinal) && line.EndsWith(" 156       235,200", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("2 (MaxPool2d)", StringComparison.Ordinal) && line.Contains("[2, 6, 14, 14]", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("4 (Linear)", StringComparison.Ordinal) && line.Contains("11,770        23,520", StringComparison.Ordinal));
        Assert.Contains("parameters: 11,926; multiply-adds: 258,720", lines);
    }

    [Fact]
    public void Parts_of_a_module_are_found_by_the_operations_that_use_them()
    {
        var scope = ParamScope.Random(0);
        var decoder = new TransformerDecoderLayer(scope, 8, 2, 16, dropout: 0, batchFirst: true);
        decoder.Freeze();
        string text = decoder.Summary(() => decoder.Forward(Tensor.Zeros([3, 5, 8]), Tensor.Zeros([3, 4, 8])));
        Assert.Contains("linear1 (Linear)               [3, 5, 16]                    144         1,920", text, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"parameters: {decoder.ParameterCount():N0}, {decoder.ParameterCount():N0} of them frozen"), text, StringComparison.Ordinal);
        Assert.All(decoder.Parameters(), p => Assert.False(p.RequiresGrad));
        Assert.True(decoder.IsTraining);
    }

    [Fact]
    public void Recurrent_layers_count_every_step()
    {
        var lstm = new LSTM(ParamScope.Random(0), 4, 5);
        string text = lstm.Summary(() => lstm.Forward(Tensor.Zeros([7, 3, 4])).Output);
        Assert.Contains(FormattableString.Invariant($"multiply-adds: {7 * 3 * 20 * (4 + 5):N0}"), text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transposed_convolution_meets_every_position_of_its_input()
    {
        var scope = ParamScope.Random(0);
        string text = new Sequential(scope, new ConvTranspose2d(scope / 0, 3, 5, 4, stride: 2)).Summary([2, 3, 6, 7]);
        Assert.Contains(FormattableString.Invariant($"multiply-adds: {2 * 6 * 7 * 3 * 5 * 4 * 4:N0}"), text, StringComparison.Ordinal);
    }
}
