using System.Text.Json;
using Baeum.Inference;

namespace Baeum.Cli.Verify;

/// <summary>Tiny models of every family: hidden states, scores, generated pieces, and one step of training.</summary>
internal static class ModelCases
{
    private const double Tolerance = 1e-4;

    /// <summary>The comparisons of a model's folder.</summary>
    /// <exception cref="InvalidDataException">The book is not laid out as a book.</exception>
    internal static IEnumerable<Comparison> Of(Book book, string folder)
    {
        GoldenCase[] all = Read(book);
        GoldenCase? step = all.FirstOrDefault(golden => golden.Kind == "loss_and_gradients");
        return all.Select(golden => new Comparison(golden.Name, golden.Kind switch
        {
            "encoder" or "logits" => () => Forward(ModelSubject.Load(folder), golden),
            "generate" => () => Generate(ModelSubject.Load(folder), golden, folder),
            "loss_and_gradients" => () => Train(ModelSubject.Load(folder), golden),
            "parameters" when step is not null => () => AfterStep(ModelSubject.Load(folder), golden, step),
            _ => null,
        }));
    }

    /// <summary>All cases of a model's book.</summary>
    /// <exception cref="InvalidDataException">It is not laid out as a book.</exception>
    internal static GoldenCase[] Read(Book book)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(book.Path));
        JsonElement root = json.RootElement.Clone();
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cases", out JsonElement cases) || cases.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("it has no list 'cases'");
        SafetensorsFile tensors = SafetensorsFile.Open(book.TensorPath);
        return [.. cases.EnumerateArray().Select(entry => new GoldenCase($"{book.Name}/{entry.GetProperty("name").GetString()}", book.Path, entry, tensors))];
    }

    private static Outcome Forward(ModelSubject subject, GoldenCase golden)
    {
        using var quiet = Autograd.NoGrad();
        var got = subject.Forward(golden);
        Tensor? mask = golden.Has("inputs", "attention_mask") ? golden.Input("attention_mask") : null;
        var comparer = new Comparer(Tolerance);
        foreach (string role in golden.Roles("outputs"))
        {
            Tensor wanted = golden.Output(role), mine = got.GetValueOrDefault(role) ?? throw new InvalidDataException($"{golden.Name}: nothing known computes '{role}'");
            // what stands at padding is nobody's business
            Tensor? seen = mask is null || !golden.Arguments.Has("note") ? null
                : wanted.Rank == 4 ? mask.Ne(0).Reshape(mask.Shape[0], 1, mask.Shape[1], 1)
                : wanted.Rank == 3 ? mask.Ne(0).Unsqueeze(-1)
                : wanted.Shape.Equals(mask.Shape) ? mask.Ne(0) : null;
            comparer.Hold(role, seen is null ? mine : mine.MaskedFill(seen.LogicalNot(), 0), seen is null ? wanted : wanted.MaskedFill(seen.LogicalNot(), 0));
        }
        return comparer.Outcome;
    }

    private static Outcome Generate(ModelSubject subject, GoldenCase golden, string folder)
    {
        Arguments arguments = golden.Arguments;
        var options = new GenerationOptions
        {
            MaxNewTokens = arguments.Int("max_new_tokens"),
            BeamCount = arguments.Int("num_beams", 1),
            LengthPenalty = arguments.Double("length_penalty", 1),
            EarlyStopping = arguments.Bool("early_stopping") ? BeamStopping.WhenFull : BeamStopping.WhenNoBetter,
            NoRepeatNgramSize = arguments.Int("no_repeat_ngram_size"),
            RepetitionPenalty = arguments.Double("repetition_penalty", 1),
            EndIds = GenerationConfig.EndIds(folder),
        };
        var comparer = new Comparer(0);
        comparer.Hold("sequences", subject.Generate(golden, options), golden.Output("sequences"));
        return comparer.Outcome;
    }

    private static Outcome Train(ModelSubject subject, GoldenCase golden)
    {
        Tensor loss = subject.Loss(golden);
        loss.Backward();
        var comparer = new Comparer(Tolerance);
        comparer.Hold("loss", loss, golden.Output("loss"));
        var parameters = subject.Parameters;
        foreach (string name in golden.Roles("grads"))
        {
            // A gradient is a sum over tokens that nearly cancels here and there, so its rounding is that of its largest element; and moving
            // T5 1.1's weights by half a unit in the last place moves its gradients by up to 1.6e-4 of that.
            Tensor wanted = golden.Gradient(name);
            double scale = 5 * Math.Max(1, wanted.Abs().Max().Item());
            comparer.Hold(name, parameters.TryGetValue(name, out Tensor? parameter) && parameter.Grad is { } gradient ? gradient / scale : null, wanted / scale);
        }
        return comparer.Outcome;
    }

    private static Outcome AfterStep(ModelSubject subject, GoldenCase golden, GoldenCase step)
    {
        var parameters = subject.Parameters;
        var optimizer = new AdamW([.. parameters.Values.Distinct()], step.Arguments.Double("lr"), weightDecay: step.Arguments.Double("weight_decay"));
        subject.Loss(step).Backward();
        optimizer.Step();
        var comparer = new Comparer(Tolerance);
        foreach (string name in golden.Roles("outputs"))
        {
            Tensor? mine = parameters.GetValueOrDefault(name), wanted = golden.Output(name);
            Tensor? gradient = mine?.Grad;
            // where the gradient is nothing but rounding, Adam's first step has the sign of that rounding
            if (mine is not null && gradient is not null && mine.Shape.Equals(wanted.Shape))
            {
                Tensor noise = gradient.Abs() < 1e-7;
                (mine, wanted) = (mine.Detach().MaskedFill(noise, 0), wanted.MaskedFill(noise, 0));
            }
            comparer.Hold(name, mine, wanted);
        }
        return comparer.Outcome;
    }
}
