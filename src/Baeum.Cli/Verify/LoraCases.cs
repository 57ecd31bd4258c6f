using Baeum.Models;

namespace Baeum.Cli.Verify;

/// <summary>Low-rank adapters on a tiny model: its scores with them, ten steps of their training, and the scores with the trained ones merged.</summary>
internal static class LoraCases
{
    private const double Tolerance = 1e-4;

    /// <summary>The comparisons of a folder that holds a model and an adapter.</summary>
    /// <exception cref="InvalidDataException">The book is not laid out as a book.</exception>
    internal static IEnumerable<Comparison> Of(Book book, string folder)
    {
        GoldenCase[] all = ModelCases.Read(book);
        GoldenCase trained = all.FirstOrDefault(golden => golden.Kind == "loss") ?? throw new InvalidDataException("no case holds the trained adapters");
        return all.Select(golden => new Comparison(golden.Name, (golden.Name[(golden.Name.LastIndexOf('/') + 1)..], golden.Kind) switch
        {
            ("merged", "logits") => () => Merged(folder, golden, trained),
            (_, "logits") => () => Scores(Adapted(folder).Subject, golden),
            (_, "loss") => () => Train(folder, golden),
            _ => null,
        }));
    }

    private static (ModelSubject Subject, Lora Lora) Adapted(string folder)
    {
        var subject = ModelSubject.Load(folder);
        return (subject, Lora.Load(subject.Model, Path.Combine(folder, "adapter")));
    }

    // a live PEFT model writes the adapter's own name into its parameters
    private static Dictionary<string, Tensor> Trained(GoldenCase golden) =>
        golden.Parameters().ToDictionary(entry => entry.Key.Replace(".default.", ".", StringComparison.Ordinal), entry => entry.Value);

    private static Outcome Scores(ModelSubject subject, GoldenCase golden)
    {
        using var quiet = Autograd.NoGrad();
        var comparer = new Comparer(Tolerance);
        comparer.Hold("logits", subject.Forward(golden)["logits"], golden.Output("logits"));
        return comparer.Outcome;
    }

    private static Outcome Merged(string folder, GoldenCase golden, GoldenCase trained)
    {
        var (subject, lora) = Adapted(folder);
        lora.LoadStateDict(Trained(trained));
        lora.Merge();
        return Scores(subject, golden);
    }

    private static Outcome Train(string folder, GoldenCase golden)
    {
        var (subject, lora) = Adapted(folder);
        var optimizer = new AdamW(lora.Parameters(), golden.Arguments.Double("lr"), weightDecay: golden.Arguments.Double("weight_decay"));
        double[] losses = golden.Output("loss").To(DType.Float64).ToArray<double>();
        Tensor ids = golden.Input("input_ids");
        var comparer = new Comparer(Tolerance);
        for (int step = 0; step < losses.Length; step++)
        {
            optimizer.ZeroGrad();
            Tensor scores = subject.Forward(golden)["logits"];                  // [B, T, vocabulary]
            int length = ids.Shape[1];
            Tensor loss = scores.Narrow(1, 0, length - 1).Reshape(-1, scores.Shape[2]).CrossEntropy(ids.Narrow(1, 1, length - 1).Reshape(-1));
            loss.Backward();
            optimizer.Step();
            comparer.HoldRelative(FormattableString.Invariant($"loss of step {step}"), loss.Item(), losses[step]);
        }
        var trained = Trained(golden);
        foreach (var (name, value) in lora.NamedParameters()) comparer.Hold(name, value.Detach(), trained[name]);
        return comparer.Outcome;
    }
}
