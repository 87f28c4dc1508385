// Pages about who somebody is: a customer's page, merging, the queue of questions.
import './people/stay.js';
import './people/find.js';
import './people/enter.js';
import './people/records.js';
import './people/ears.js';
import './people/newer.js';
import './people/joining.js';
